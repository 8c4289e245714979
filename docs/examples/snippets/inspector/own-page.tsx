import { Inspector } from 'evergate/inspector/page'

export default function SessionsAtWork() {
  return (
    <main>
      <h1>Sessions at work</h1>
      <Inspector>
        <p>A section of your own, below the figure.</p>
      </Inspector>
    </main>
  )
}
