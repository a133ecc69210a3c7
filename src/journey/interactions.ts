/** What the journey needs of the provider: a port, so that no page knows the library behind it. */
import type { Context } from 'koa';
import type { AccountId, BrowserHash, Instant, JourneyId } from '../ids.ts';

/** One visit of the authorization endpoint that could not be answered without asking the person something. */
export type Interaction = {
  readonly uid: string;
  /** The same over all prompts of one authorization request. */
  readonly journeyId: JourneyId;
  readonly params: Readonly<Record<string, unknown>>;
  /** Why the person is asked: names of our rungs, or the library's own. */
  readonly reasons: readonly string[];
  readonly begunAt: Instant;
  /** Whose session there was when it began; null = nobody's. */
  readonly sessionAccountId: AccountId | null;
};

export type BrowserSession = {
  readonly uid: string;
  readonly accountId: AccountId;
  /** When something was last proved in it. */
  readonly provedAt: Instant;
  /** The clients that were let in in this session: the ladder was climbed for each. */
  readonly clients: readonly string[];
};

/** What a client holds of an account now. */
export type ClientAccess = {
  /** When the oldest of it was given. */
  readonly since: Instant;
  /** Somebody is signed in there, in a session that lives. */
  readonly signedIn: boolean;
  /** It can ask for data whether or not anybody is signed in. */
  readonly offline: boolean;
};

/** `login` only where something was proved; `ladder` always, so that a result is never empty. */
export type InteractionResult =
  | { readonly error: string; readonly error_description: string }
  | {
      readonly ladder: Record<string, never>;
      readonly login?: {
        readonly accountId: AccountId;
        readonly acr: string;
        readonly amr: readonly string[];
        /** Epoch seconds; becomes `auth_time`. */
        readonly ts: number;
        readonly remember: false;
      };
      readonly consent?: Record<string, never>;
      readonly select_account?: Record<string, never>;
      readonly create?: Record<string, never>;
    };

export type Interactions = {
  /** The interaction whose cookie came with this request; null = gone, finished, or another browser's. */
  current(ctx: Context): Promise<Interaction | null>;
  /** The browser's session now; null = nobody is signed in. */
  session(ctx: Context): Promise<BrowserSession | null>;
  /** Stores the result, once, and returns the address where the provider goes on. */
  finish(ctx: Context, result: InteractionResult): Promise<string>;
  /** False where the interaction was finished in another browser. */
  mayResume(uid: string, browser: BrowserHash): Promise<boolean>;
  isOpen(uid: string): Promise<boolean>;
  /** An authorization code that nobody will redeem. */
  dropCode(code: string): Promise<void>;
  /** Ends this browser's session: its clients are told, its grants are revoked. */
  endSession(ctx: Context): Promise<void>;
  /** Ends all sessions, grants and tokens of the account; the sessions' clients are told. */
  endSessionsOf(accountId: AccountId): Promise<void>;
  /**
   * Ends all sessions of the account, but for this browser's if it is one of them, and all its grants and tokens; the
   * clients of the sessions that end are told.
   */
  endOtherSessions(ctx: Context, accountId: AccountId): Promise<void>;
  /** Ends these sessions, as far as they are the account's, with their grants; their clients are told. */
  endSessionsByUid(accountId: AccountId, uids: ReadonlySet<string>): Promise<void>;
  /** Of the account's live sessions in all browsers. */
  sessionUidsOf(accountId: AccountId): Promise<readonly string[]>;
  /** The clients that hold anything of the account, by their ids. */
  accessOf(accountId: AccountId): Promise<ReadonlyMap<string, ClientAccess>>;
  /** Takes it from one of them, in all sessions; it is told. */
  revokeAccess(accountId: AccountId, clientId: string): Promise<void>;
};
