import { CookieJar } from 'tough-cookie'

export type Page = { status: number; url: string; headers: Headers; body: string; hops: string[] }

/** Somebody with a browser: cookies, redirects to anywhere, forms. */
export function createVisitor() {
  const jar = new CookieJar()

  async function visit(address: string, form?: Record<string, string>): Promise<Page> {
    const hops: string[] = []
    let url = address
    let body = form && new URLSearchParams(form)
    for (;;) {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        redirect: 'manual',
        headers: {
          accept: 'text/html',
          'sec-fetch-mode': 'navigate',
          ...(body && { 'sec-fetch-site': 'same-origin' }),
          cookie: await jar.getCookieString(url),
        },
        ...(body && { body }),
      })
      for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, url)
      const location = response.headers.get('location')
      const { status, headers } = response
      const text = await response.text()
      if (location === null) return { status, url, headers, body: text, hops }
      hops.push(url)
      url = new URL(location, url).href
      body = undefined
      if (hops.length > 20) throw new Error(`redirected without end: ${hops.join(' ')}`)
    }
  }

  /** Fills in the form of a page, hidden fields included. */
  function submit(page: Page, fields: Record<string, string> = {}): Promise<Page> {
    const action = /<form[^>]* action="([^"]+)"/.exec(page.body)?.[1]
    if (!action) throw new Error(`no form on ${page.url}: ${page.status} ${page.body.slice(0, 400)}`)
    const inputs = [...page.body.matchAll(/<input[^>]*>/g)].map(([tag]) => tag)
    const hidden = inputs
      .filter((tag) => /type="hidden"/.test(tag))
      .map((tag) => {
        const [, name = ''] = /name="([^"]*)"/.exec(tag) ?? []
        const [, value = ''] = /value="([^"]*)"/.exec(tag) ?? []
        return [name, value]
      })
    return visit(new URL(action, page.url).href, { ...Object.fromEntries(hidden), ...fields })
  }

  return {
    visit,
    submit,
    /** From the app's sign-in link through the provider's forms, back to the app. */
    async signIn(app: string, returnTo = '/dashboard', name = 'ann'): Promise<Page> {
      const login = await visit(`${app}/auth/signin?returnTo=${encodeURIComponent(returnTo)}`)
      const consent = await submit(login, { login: name, password: 'x' })
      return submit(consent)
    },
    async cookies(app: string): Promise<Record<string, string>> {
      return Object.fromEntries((await jar.getCookies(app)).map(({ key, value }) => [key, value]))
    },
    cookieHeader: (app: string) => jar.getCookieString(app),
    /** The access token's cookie ends first; browsers then drop it. */
    async dropAccessToken(app: string): Promise<void> {
      const names = (await jar.getCookies(app)).map(({ key }) => key)
      for (const name of names.filter((one) => /^(accessToken|userDataEtls)$|-(access|user)$/.test(one)))
        await jar.setCookie(`${name}=; Path=/; Max-Age=0`, app)
    },
  }
}
