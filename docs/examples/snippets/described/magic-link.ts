import { startSession } from 'evergate/next'

export async function followLink(code: string) {
  const response = await fetch(`https://api.example/magic/${encodeURIComponent(code)}`, { method: 'POST' })
  const { access_token: accessToken, refresh_token: refreshToken, user } = await response.json()
  return startSession({ accessToken, refreshToken, answer: { user } })
}
