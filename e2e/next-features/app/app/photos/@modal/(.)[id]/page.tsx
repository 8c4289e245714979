import { Person } from '../../../person'

export default function Page() {
  return (
    <dialog open>
      <h1>The photo over the list</h1>
      <Person />
    </dialog>
  )
}
