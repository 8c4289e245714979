/**
 * The three lines that `npm start` ends with: where, as whom, and what to try.
 *
 * @param {object} facts
 * @param {string} facts.url
 * @param {string} facts.took
 * @param {boolean} facts.isLocal whether only this machine reaches it
 * @param {boolean} facts.hasAccounts whether the demo accounts are there
 * @param {boolean} facts.isDemo whether the demo's buttons are there
 * @returns {string[]}
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
