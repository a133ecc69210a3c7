/** What the pages of the device flow are filled with; see views.ts for the rules of all models. */
import type { DeviceLook } from '../accounts/account.ts';

/** Field `user_code`, and the provider's own token `xsrf`, as on the page that confirms. */
type DeviceModel = { readonly xsrf: string; readonly userCode: string };
/** `confirm=yes` or `abort=yes`. */
type DeviceConfirmModel = DeviceModel & {
  /** Name of the service that the device is of, in the frame's language. */
  readonly client: string;
  /** The device, and where it is. */
  readonly look: DeviceLook;
};

/** Every view by its file under views/. */
export type DeviceViews = {
  'pages/device': DeviceModel;
  'pages/device-confirm': DeviceConfirmModel;
  'pages/device-done': { readonly outcome: 'allowed' | 'denied' };
};
