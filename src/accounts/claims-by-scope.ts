/** Which claims a scope stands for (OpenID Connect Core 5.4), told in docs/claims.md; `openid` holds what every ID token says. */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'identified_at'],
  email: ['email', 'email_verified'],
  profile: ['name', 'given_name', 'family_name', 'nickname'],
  birthdate: ['birthdate'],
  age_over_18: ['age_over_18'],
  national_id: ['national_id'],
  roles: ['roles'],
  groups: ['groups'],
  county: ['county'],
};
