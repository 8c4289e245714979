import type { ServerResponse } from 'node:http'

/** Nothing in an answer that is opened by itself runs, loads, or belongs to the app, whatever type the browser takes it for. */
export const SANDBOX =
  "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** Says that an answer is to have {@link SANDBOX} beside the policies of the app: Next drops a header that is there already. */
export const SANDBOX_MARK = 'x-session-sandbox'

const POLICY = 'content-security-policy'

/** Adds the policy to an answer that asks for it, when it leaves. */
export function sandboxWhenAsked(response: ServerResponse): void {
  const writeHead = response.writeHead
  response.writeHead = (...args: unknown[]) => {
    if (response.hasHeader(SANDBOX_MARK)) {
      response.removeHeader(SANDBOX_MARK)
      const others = [response.getHeader(POLICY) ?? []].flat().map(String)
      response.setHeader(POLICY, [...new Set([...others, SANDBOX])])
    }
    return Reflect.apply(writeHead, response, args)
  }
}
