import type { GetServerSideProps } from 'next'

/** Shows which token a page of the Pages Router is given. */
export const getServerSideProps: GetServerSideProps<{ token: string }> = async ({ req }) => ({
  props: { token: req.cookies.accessToken ?? 'none' },
})

export default function Page({ token }: { token: string }) {
  return <p>token: {token}</p>
}
