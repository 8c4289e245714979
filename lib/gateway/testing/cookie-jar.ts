/** A browser's cookies of one host: keeps what Set-Cookie headers say, and clears what they clear. */
export function cookieJar() {
  const cookies = new Map<string, string>()
  return {
    receive(setCookies: readonly string[]): void {
      for (const header of setCookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
        cookies.delete(name)
        if (!/; Max-Age=0(;|$)/.test(header)) cookies.set(name, value)
      }
    },
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    names: () => [...cookies.keys()],
  }
}
