/**
 * The three lines that `npm start` ends with: where, as whom, and what to try. `isLocal`: only this machine reaches it;
 * `hasAccounts`: the demo accounts are there; `isDemo`: the demo's buttons are there.
 * @param {{ url: string, took: string, isLocal: boolean, hasAccounts: boolean, isDemo: boolean }} facts
 */
export function welcome({ url, took, isLocal, hasAccounts, isDemo }) {
  return [
    `Evergate answers at ${url}${isLocal ? ', to this machine alone,' : ''} after ${took}. Ctrl-C ends it.`,
    hasAccounts
      ? 'Sign in as demo@example.com (demo-password-123) or admin@example.com (admin-password-123).'
      : `Make yourself an account: ${url}/register`,
    isDemo
      ? `Then press "End my access token" on the dashboard, and break things at ${url}/inspector`
      : 'Then delete the cookie accessToken in the browser, and click on: you stay signed in.',
  ]
}
