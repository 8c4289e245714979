import type { DeviceBinding } from 'evergate/device'
import { bindDevices } from 'evergate/device'
import { deviceMode } from './device-mode'

/** The option of the demo's gateway. `DEVICE_LEAST_LIFE` is for tests. */
export function deviceBinding(): 'off' | DeviceBinding {
  const mode = deviceMode()
  const { DEVICE_LEAST_LIFE: least } = process.env
  return mode === 'off' ? mode : bindDevices({ mode, ...(least && { leastTokenLife: Number(least) }) })
}
