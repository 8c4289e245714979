/** Variables that platforms set whose functions are frozen when they have answered. */
const PLATFORMS = ['VERCEL', 'NETLIFY', 'AWS_LAMBDA_FUNCTION_NAME', 'CF_PAGES']

/** Whether this process may stand still between two requests. */
export function stopsBetweenRequests(): boolean {
  const { process, navigator } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
    readonly navigator?: { readonly userAgent?: string }
  }
  return (
    navigator?.userAgent === 'Cloudflare-Workers' || PLATFORMS.some((name) => Boolean(process?.env?.[name]))
  )
}
