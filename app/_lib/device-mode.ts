/** How the demo binds sessions to their devices: by `DEVICE_BINDING`, and not at all without it. */
export function deviceMode(): 'off' | 'prefer' | 'require' {
  const { DEVICE_BINDING: mode } = process.env
  return mode === 'prefer' || mode === 'require' ? mode : 'off'
}
