/** The person whom samples are about, and what she reads. */
import { passwordDemands, passwordProfiles, passwordRulesAttribute } from '../../accounts/password-policy.ts';

export const email = 'maija.meikalainen-esimerkki@pitka-osoite.oma.example';
export const hourMs = 3_600_000;
const demands = passwordDemands(passwordProfiles.mission, {
  clientMinLength: null,
  hasSecondFactor: false,
  breachedKnown: true,
});
/** Of a new password, as most installations have them. */
export const rules = { ...demands, attribute: passwordRulesAttribute(demands) };
export const passkey = JSON.stringify({
  challenge: 'AAAA',
  rpId: 'avain.example',
  allowCredentials: [],
  timeout: 300_000,
});
/** In the small markup of terms. */
export const terms = {
  version: '2024-01',
  date: '2024-01-15',
  text: '# Käyttöehdot\n\nPalvelun tarjoaa Oima.\nToinen rivi.\n\n## 1. Tili\n\n- Tili on henkilökohtainen.\n- Tiliä ei saa <b>luovuttaa</b>.\n\n## 2. Vastuu\n\nKukin vastaa omastaan.',
};
/** Some moment: 5 March 2026, half past two in Finland. */
export const at = Date.parse('2026-03-05T12:30:00Z');
