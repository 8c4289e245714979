/** Why somebody is to sign in, by the code that the gateway puts into the sign-in page's address. Nothing else is shown. */
const SENTENCES = new Map([
  [
    'reuse',
    'Your session was ended for safety, because a copy of it was used. If that was not you, sign in and change your password.',
  ],
  [
    'ended-elsewhere',
    'Your session was ended from elsewhere: from another device, by a change of password, or by an administrator.',
  ],
  [
    'password-changed',
    'Your password was changed, which has ended all your sessions. Sign in with the new one.',
  ],
  ['password-set', 'Your new password is set, and every session of before has ended. Sign in with it.'],
  ['deleted', 'Your account is deleted, and every session of it has ended.'],
  ['expired', 'Your session has run out.'],
  ['signed-out', 'You have signed out in this browser.'],
  [
    'device_key_missing',
    'This browser could not show that it is the one you signed in with, so sign in again.',
  ],
  [
    'device_binding_required',
    'This needs a session that is bound to your device. Sign in again, in a browser that can do that.',
  ],
  ['reauthenticate', 'You signed in a while ago, so confirm that it is you.'],
])

export const endedBecause = (code: string | undefined) => SENTENCES.get(code ?? '')
