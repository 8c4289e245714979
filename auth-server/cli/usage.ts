/** Help of `evergate-auth-server`. */
export const USAGE = `Usage: evergate-auth-server [COMMAND]

Without a command it serves, and reads its settings from the environment and .env.local: ETLS_ACCESS or SIGNING_KEYS, ETLS_REFRESH,
STORE_URL, HOST, AUTH_PORT and others that its README names.

  users        adds, lists, disables, imports people: evergate-auth-server users --help
  -h, --help   this help
`
