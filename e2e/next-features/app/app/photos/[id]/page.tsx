import { Person } from '../../person'

export default function Page() {
  return (
    <section>
      <h1>The photo’s page</h1>
      <Person />
    </section>
  )
}
