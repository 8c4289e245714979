import type { DeviceBinding } from 'evergate/device'
import { bindDevices } from 'evergate/device'

/** Whether the demo binds sessions to their devices: by `DEVICE_BINDING`, and not at all without it. `DEVICE_LEAST_LIFE` is for tests. */
export function deviceBinding(): 'off' | DeviceBinding {
  const { DEVICE_BINDING: mode, DEVICE_LEAST_LIFE: least } = process.env
  return mode === 'prefer' || mode === 'require'
    ? bindDevices({ mode, ...(least && { leastTokenLife: Number(least) }) })
    : 'off'
}
