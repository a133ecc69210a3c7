/** One person of the demo world: who can be tried, and what trying shows. */
export type Persona = Readonly<{
  key: string;
  email: string;
  /** Empty where the person has no password yet. */
  password: string;
  /** Individual numbers 900–999: never given to a real person. */
  identityCode: string;
  /** As the broker knows the person, not as the account does. */
  name: string;
  givenName: string;
  familyName: string;
  /** What to try with this person; Finnish, as the start page is. */
  shows: string;
}>;

/** The password of every person who has a good one. */
export const goodPassword = 'Kesämökki#2024';

/** The persons of the demo world, in the order in which the start page shows them. */
export const personas: readonly Persona[] = [
  persona('uusi', '', '010190-999W', 'Ursula', 'Uusitalo', 'Uusi käyttäjä: koko polku tilin luomisesta portaaliin.'),
  persona(
    'aino',
    goodPassword,
    '131189Y902A',
    'Aino Olivia',
    'Virtanen',
    'Palaava käyttäjä: kirjautuminen salasanalla, kertakirjautuminen toiseen palveluun, omat tiedot.',
  ),
  persona(
    'vanha',
    goodPassword,
    '050585X903A',
    'Väinö Matias',
    'Vanhala',
    'Vanhasta järjestelmästä tuotu tili: entinen salasana kelpaa, sitten tunnistus, linkitys, ehdot ja tervetulosivu.',
  ),
  persona(
    'heikko',
    'salasana1',
    '240772W904V',
    'Heikki Juhani',
    'Heikkilä',
    'Vanhasta järjestelmästä tuotu tili, jonka salasana on liian heikko: uusi salasana on pakko valita.',
  ),
  persona(
    'tuntematon',
    '',
    '311299V905D',
    'Tuulia Anneli',
    'Tuntola',
    'Vanhasta järjestelmästä tuotu tili ilman salasanaa: aloita kohdasta «Unohditko salasanasi?» tai luo tili.',
  ),
  persona(
    'valtuutettu',
    '',
    '290200A901C',
    'Valto Eemeli',
    'Valtanen',
    'Ei tiliä, mutta henkilötunnus on hyvinvointialueen luettelossa: henkilökohtaisen avun Oima päästää sisään.',
  ),
  persona(
    'valtuuttamaton',
    '',
    '010150U906K',
    'Veikko Olavi',
    'Valtonen',
    'Ei tiliä eikä paikkaa luettelossa: henkilökohtaisen avun Oima kieltäytyy kohteliaasti, Oima päästää sisään.',
  ),
  persona(
    'kaksi',
    '',
    '131189Y902A',
    'Aino Olivia',
    'Virtanen',
    'Ei tiliä, Ainon henkilötunnus: henkilöllisyys on jo linkitetty toiseen tiliin.',
  ),
  persona(
    'estetty',
    goodPassword,
    '120304B907E',
    'Essi Maria',
    'Estola',
    'Ylläpitäjän sulkema tili: pääsy evätään kertomatta ulkopuoliselle syytä.',
  ),
  persona(
    'kunta',
    goodPassword,
    '080675-908M',
    'Kunnan',
    'Työntekijä',
    'Hyvinvointialueen työntekijä: ylläpitää valtuutettujen luetteloa Avaimen sivulla /staff/rosters.',
  ),
  persona(
    'hoitaja',
    goodPassword,
    '150482-909C',
    'Hoitaja',
    'Ylläpitäjä',
    'Avaimen omistaja: hoitaa tilejä ja koko palvelua sivulla /admin.',
  ),
];

function persona(
  key: string,
  password: string,
  identityCode: string,
  givenName: string,
  familyName: string,
  shows: string,
): Persona {
  const name = `${givenName} ${familyName}`;
  return { key, email: `${key}@oma.example`, password, identityCode, name, givenName, familyName, shows };
}
