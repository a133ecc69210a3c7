import { accountClientId } from '../config/own-clients.ts';
import type { Place } from './session-guard.ts';

export const accountPlace: Place = { clientId: accountClientId, path: '/account' };
