export type { DeviceBinding } from '../gateway/options.ts'
export type { DeviceOptions } from './bind-devices.ts'
export { bindDevices } from './bind-devices.ts'
export { DEVICE_PROOF } from './cookies.ts'
