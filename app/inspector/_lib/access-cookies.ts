/**
 * Cookies that end with the access token. The last is the timer of a session that is bound to its device: it ends before the token.
 */
export const ENDS_WITH_TOKEN = /^((__Host-)?(accessToken|userDataEtls)(\.\d+)?|__Host-device)$/
