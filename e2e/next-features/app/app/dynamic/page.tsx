import { Person } from '../person'

export default function Page() {
  return <Person />
}
