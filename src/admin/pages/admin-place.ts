import { adminClientId } from '../../config/own-clients.ts';
import type { Place } from '../../self-service/session-guard.ts';

export const adminPlace: Place = { clientId: adminClientId, path: '/admin' };
