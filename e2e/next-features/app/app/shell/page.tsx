import { Person } from '../person'

export default function Page() {
  return (
    <main>
      <h1>A shell for all</h1>
      <Person />
    </main>
  )
}
