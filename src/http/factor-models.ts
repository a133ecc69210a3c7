/** What the pages of second factors are filled with; see views.ts for the rules of all models. */

/**
 * The list. Forms: `action=remove-authenticator`, `action=remove-passkey` and `rename-passkey` (field `name`) with
 * `passkey`, `action=always` with `value=on|off`, `action=make-codes`.
 */
export type FactorsModel = {
  readonly authenticator: { readonly addedAt: number } | null;
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly addedAt: number;
    readonly lastUsedAt: number | null;
  }[];
  /** No more can be added. */
  readonly full: boolean;
  /** null = no factor, so no codes. `few`: time to make new ones. */
  readonly codes: { readonly left: number; readonly few: boolean } | null;
  readonly always: boolean;
  /** Without it nobody can stand in for factors that are lost. */
  readonly linked: boolean;
};

/** start: `action=begin`; scan: field `code`. */
export type AuthenticatorModel =
  | { readonly state: 'start' }
  | {
      readonly state: 'scan';
      /** In groups of four, to be typed. */
      readonly secret: string;
      /** For an app on this very device. */
      readonly href: string;
      /** The QR code, as a data URI. */
      readonly picture: string;
    }
  /** There is one already. */
  | { readonly state: 'there' };

/** Fields `name` and `credential`, which the script fills in. */
export type AddPasskeyModel = {
  readonly name: string;
  /** What the script asks the browser for (JSON); null = there are as many as there can be. */
  readonly options: string | null;
};

/** Shown while they may be (`action=done`); else `action=make`. null = not shown any more. */
export type RecoveryCodesModel = {
  readonly codes: readonly string[] | null;
  readonly left: number;
  /** There is a second factor to be replaced by them. */
  readonly useful: boolean;
};

export type FactorViews = {
  'account/factors': FactorsModel;
  'account/authenticator': AuthenticatorModel;
  'account/add-passkey': AddPasskeyModel;
  'account/recovery-codes': RecoveryCodesModel;
};
