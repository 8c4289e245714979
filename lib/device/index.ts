export type { DeviceBinding } from '../gateway/device/device-binding.ts'
export type { DeviceOptions } from './bind-devices.ts'
export { bindDevices } from './bind-devices.ts'
