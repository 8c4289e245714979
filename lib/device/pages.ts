import { page } from '../gateway/response/refusals.ts'

/** A page that asks for itself again after so many seconds, without a script: before that, the browser renews. */
export const bouncePage = (href: string, seconds: number): Response =>
  page(
    200,
    'One moment',
    'This page tries again by itself.',
    { href, label: 'Go on' },
    '',
    `<meta http-equiv="refresh" content="${seconds}">`,
  )
