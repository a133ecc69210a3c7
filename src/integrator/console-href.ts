export const consolePath = '/integrator';

/** The requests of one client; null = of those that name none that there is. */
export const consoleHref = (clientId: string | null): string =>
  `${consolePath}?client=${encodeURIComponent(clientId ?? '')}`;
