import { safeReturnTo } from 'evergate/next'

/** Where somebody goes who has signed in; never to the pages that send them here. */
export const returnToOf = (asked: string | undefined) => safeReturnTo(asked, '/dashboard', ['/register'])
