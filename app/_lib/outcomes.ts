/** Each outcome of the gateway in words for the person who reads the page. */
export const OUTCOMES = {
  active: 'The access token was still good. Nothing had to be done.',
  renewed:
    'The access token had run out, or was about to. The gateway renewed it before this page was rendered.',
  anonymous: 'No session came with this request.',
  ended: 'The auth server refused to go on with the session, so its cookies were cleared.',
  degraded: 'The auth server could not be reached. That signs no one out: the cookies were left alone.',
} as const
