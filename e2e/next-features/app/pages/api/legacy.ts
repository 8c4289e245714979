import type { NextApiRequest, NextApiResponse } from 'next'

/** Says of itself that caches may share it, and sets a cookie of its own. */
export default function handler(_request: NextApiRequest, response: NextApiResponse) {
  response.setHeader('Cache-Control', 'public, max-age=600')
  response.setHeader('Set-Cookie', 'seen=1; Path=/')
  response.json({ rates: [1, 2, 3] })
}
