// Where the server may listen: beyond this machine only with TLS and an owner, so that nobody is let in by a default.

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i

export const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** Why the server may not listen there; empty when it may. */
export function exposureProblems({
  host,
  tls,
  owned,
}: {
  host: string
  tls: boolean
  owned: boolean
}): string[] {
  if (isLoopback(host)) return []
  const problems: string[] = []
  if (!tls) {
    problems.push(
      `Listening on ${host} needs TLS, as passwords would cross the network in the clear: give --tls-cert and --tls-key, or listen on 127.0.0.1.`,
    )
  }
  if (!owned) {
    problems.push(
      `Listening on ${host} needs an owner, as anybody could become it: start on 127.0.0.1 first, run \`tutti open\` and create the owner.`,
    )
  }
  return problems
}
