// Deliberately not the product's parser: what the simulator makes up must be judged by somebody else.

const centuries: Readonly<Record<string, string>> = {
  '+': '18',
  ...Object.fromEntries([...'-YXWVU'].map((sign) => [sign, '19'])),
  ...Object.fromEntries([...'ABCDEF'].map((sign) => [sign, '20'])),
};

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** The last character of an identity code whose digits (day, month, year, individual number) are these. */
export function checkCharacter(digits: string): string {
  return checkCharacters.charAt(Number(digits) % 31);
}

/** YYYY-MM-DD, as the code says. */
export function birthdateOf(identityCode: string): string {
  const at = (from: number) => identityCode.slice(from, from + 2);
  return `${centuries[identityCode.charAt(6)] ?? '19'}${at(4)}-${at(2)}-${at(0)}`;
}

/** True for a well-formed code that is never given to a real person: individual number 900–999. */
export function isNobodys(identityCode: string): boolean {
  const parts = /^(\d{6})[-+YXWVUABCDEF](9\d\d)([0-9A-Y])$/.exec(identityCode);
  if (!parts) return false;
  const [, date = '', number = '', check] = parts;
  const birthdate = birthdateOf(identityCode);
  // 31 February parses as a day of March: only a real day survives the way there and back.
  const day = new Date(`${birthdate}T00:00:00Z`);
  return (
    !Number.isNaN(day.getTime()) && day.toISOString().startsWith(birthdate) && checkCharacter(date + number) === check
  );
}
