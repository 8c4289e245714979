/** One request of a test. */
export interface RequestOptions {
  readonly json?: unknown
  readonly form?: Record<string, string>
  /** A body sent as it is; give `headers` a content type. */
  readonly raw?: string
  /** The refresh token, sent as a cookie. */
  readonly refreshToken?: string
  /** A whole `Cookie` header. */
  readonly cookie?: string
  readonly bearer?: string
  readonly headers?: Record<string, string>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly setCookies: string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

/** Real requests to a real socket. */
export function client(url: string) {
  const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Reply> => {
    const headers = new Headers(options.headers)
    let body: string | undefined = options.raw
    if (options.json !== undefined) {
      headers.set('content-type', 'application/json')
      body = JSON.stringify(options.json)
    }
    if (options.form) {
      headers.set('content-type', 'application/x-www-form-urlencoded')
      body = new URLSearchParams(options.form).toString()
    }
    const cookie = options.cookie ?? (options.refreshToken && `refreshToken=${options.refreshToken}`)
    if (cookie) headers.set('cookie', cookie)
    if (options.bearer) headers.set('authorization', `Bearer ${options.bearer}`)
    const response = await fetch(url + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      setCookies: response.headers.getSetCookie(),
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
  return {
    get: (path: string, options?: RequestOptions) => send('GET', path, options),
    post: (path: string, options?: RequestOptions) => send('POST', path, options),
    delete: (path: string, options?: RequestOptions) => send('DELETE', path, options),
    send,
    refresh: (refreshToken: string) => send('POST', '/refreshtoken', { refreshToken }),
    /** Registers somebody new; answers what a sign-in answers, with the credentials. */
    async newcomer(email = 'ada@example.com', password = 'correct horse') {
      const { status, body } = await send('POST', '/register', { json: { email, password, name: 'Ada' } })
      if (status !== 201) throw new Error(`register: ${status} ${JSON.stringify(body)}`)
      return { ...body, email, password } as {
        accessToken: string
        refreshToken: string
        expiresIn: number
        userData: { id: string }
        email: string
        password: string
      }
    },
  }
}
