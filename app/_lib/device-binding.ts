import type { DeviceBinding } from 'evergate/device'
import { bindDevices } from 'evergate/device'

/** Whether the demo binds sessions to their devices: by `DEVICE_BINDING`, and not at all without it. */
export function deviceBinding(): 'off' | DeviceBinding {
  const { DEVICE_BINDING: mode } = process.env
  return mode === 'prefer' || mode === 'require' ? bindDevices({ mode }) : 'off'
}
