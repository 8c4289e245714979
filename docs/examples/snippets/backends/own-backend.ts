import type { Backend } from 'evergate/gateway'

export const backend: Backend = {
  async refresh({ refreshToken }, { fetch, signal }) {
    const response = await fetch('https://api.example/renew', { method: 'POST', body: refreshToken, signal })
    if (response.status === 403) return { result: 'refused', reason: 'session_revoked' }
    if (!response.ok) return { result: 'unavailable', reason: `status_${response.status}` }
    const { access, refresh, user } = await response.json()
    return {
      result: 'rotated',
      tokens: {
        accessToken: access,
        refreshToken: refresh,
        refreshTokenMaxAge: null,
        userData: user,
        otherCookies: [],
      },
    }
  },
}
