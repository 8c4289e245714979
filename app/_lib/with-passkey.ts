/** The browser's answer when it is asked for a passkey; null when the person has stopped it, or it has none. */
export async function getPasskey(options: unknown): Promise<unknown> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  return startAuthentication({ optionsJSON: options as never }).catch(() => null)
}

/** The browser's answer when it is to make a passkey. */
export async function createPasskey(options: unknown): Promise<unknown> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  return startRegistration({ optionsJSON: options as never }).catch(() => null)
}
