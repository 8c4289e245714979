import { ImageResponse } from 'next/og'

export const contentType = 'image/png'

export default function Image() {
  return new ImageResponse(<div style={{ display: 'flex' }}>Features</div>, { width: 120, height: 63 })
}
