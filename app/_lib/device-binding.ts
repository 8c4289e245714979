import type { DeviceBinding } from 'evergate/device'
import { bindDevices, DEVICE_PROOF } from 'evergate/device'

/** The auth server is told the proofs of devices. */
export const forwardCookies = [DEVICE_PROOF]

/** Whether the demo binds sessions to their devices: by `DEVICE_BINDING`, and not at all without it. */
export function deviceBinding(): 'off' | DeviceBinding {
  const { DEVICE_BINDING: mode } = process.env
  return mode === 'prefer' || mode === 'require' ? bindDevices({ mode }) : 'off'
}
