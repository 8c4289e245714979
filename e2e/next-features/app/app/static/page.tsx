export default function Page() {
  return <h1>The same for all</h1>
}
