export async function prepareChromium(): Promise<void> {}
