/** What code of somebody's own has thrown, for the log. */
export type Cause = { readonly message: string; readonly stack: string | null }

/** Long messages are cut. */
const MOST = 2000
/** RFC 7519 in its compact form, whoever signed it. */
const ANY_JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g

/** Message and stack of an error, without tokens: neither those in `secrets` nor anything that looks like a JWT. */
export function causeOf(error: unknown, secrets: readonly (string | null | undefined)[] = []): Cause {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  const tell = (text: string) =>
    secrets
      .reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, '[token]') : rest), text)
      .replace(ANY_JWT, '[token]')
      .slice(0, MOST)
  return { message: tell(message), stack: stack === undefined ? null : tell(stack) }
}
