# A client made of curl, jq and OpenSSL that asks as the shell clients of the field do: `. shell-client.sh`, then its functions.
# URL is the server, HOME a folder of its own, GENERATION 1 or 2: they differ in how a payload is hashed and where mail is fetched.
set -euo pipefail

# ask METHOD PATH [BODY]: prints the body, then the status on a line of its own; API_KEY is sent where it is set.
ask() {
  local args=(-s -w '\n%{http_code}' -X "$1" "$2" -H 'Content-Type: application/json')
  [ -n "${API_KEY:-}" ] && args+=(-H "Authorization: Bearer $API_KEY")
  [ $# -gt 2 ] && args+=(-d "$3")
  curl "${args[@]}"
}
status_of() { tail -n1 <<<"$1"; }
body_of() { sed '$d' <<<"$1"; }

# sign FILE: the text on stdin, as one line of base64.
sign() {
  local text="$HOME/text"
  cat >"$text"
  openssl pkeyutl -sign -rawin -inkey "$HOME/$1" -in "$text" | base64 -w0
}
new_key() { openssl genpkey -algorithm ED25519 -out "$HOME/$1.pem" 2>/dev/null && openssl pkey -in "$HOME/$1.pem" -pubout -out "$HOME/$1.pub"; }

# init NAME: sets TENANT, ADDRESS (the one of its own configuration), API_KEY and ROUTE_URL.
init() {
  NAME=$1
  TENANT=$(curl -s "$URL/api/organization" | jq -r '.organization')
  ADDRESS="$NAME@$TENANT.aimaestro.local"
  new_key key
  local request answer
  request=$(jq -n --arg name "$NAME" --arg tenant "$TENANT" --arg key "$(cat "$HOME/key.pub")" --arg generation "$GENERATION" \
    '{name: $name, tenant: $tenant, public_key: $key, key_algorithm: "Ed25519"} + (if $generation == "2" then {agent_id: "0b1c7d1e-0000-4000-8000-000000000001"} else {} end)')
  answer=$(API_KEY='' ask POST "$URL/api/v1/register" "$request")
  API_KEY=$(body_of "$answer" | jq -r '.api_key // empty')
  ROUTE_URL=$(body_of "$answer" | jq -r '.provider.route_url // empty')
  API_URL=$(body_of "$answer" | jq -r '.provider.endpoint // empty')
  FULL=$(body_of "$answer" | jq -r '.address')
  echo "init $(status_of "$answer")"
}

# send TO SUBJECT TEXT [CONTEXT]: signs with the address of the configuration; the body has no `from`.
send() {
  local to="$1@$TENANT.aimaestro.local" payload hash subject=$2 body
  payload=$(jq -n --arg message "$3" --argjson context "${4:-null}" '{type: "request", message: $message, context: $context}')
  if [ "$GENERATION" = 1 ]; then
    hash=$(jq -c . <<<"$payload" | tr -d '\n' | openssl dgst -sha256 -binary | base64 -w0)
  else
    hash=$(jq -cS . <<<"$payload" | tr -d '\n' | openssl dgst -sha256 -binary | base64 -w0)
    # Read back as a column of a table: blanks outside are gone, and backslashes are doubled.
    read -r subject <<<"$(jq -rn --arg subject "$2" '[$subject] | @tsv')"
  fi
  local signature
  signature=$(printf '%s' "$ADDRESS|$to|$subject|normal||$hash" | sign key.pem)
  body=$(jq -n --arg to "$to" --arg subject "$2" --argjson payload "$payload" --arg signature "$signature" \
    '{to: $to, subject: $subject, priority: "normal", payload: $payload, in_reply_to: null, signature: $signature}')
  local answer
  answer=$(ask POST "${ROUTE_URL:-$URL/api/v1/route}" "$body")
  echo "send $(status_of "$answer") $(body_of "$answer" | jq -r '.status // .error')"
}

# fetch: prints each message, and acknowledges it the way of its generation.
fetch() {
  local path=/api/v1/messages/pending answer
  [ "$GENERATION" = 2 ] && path=/api/v1/v1/messages/pending
  answer=$(ask GET "$URL$path")
  echo "fetch $(status_of "$answer") $(body_of "$answer" | jq -r '[.messages[] | .envelope.subject + ": " + .payload.message] | join("; ")')"
  local id
  for id in $(body_of "$answer" | jq -r '.messages[] | .id // .envelope.id'); do
    if [ "$GENERATION" = 1 ]; then answer=$(ask DELETE "$URL$path?id=$id"); else answer=$(ask DELETE "$URL$path/$id"); fi
    echo "taken $(status_of "$answer")"
  done
}

# fetch_inbox: the first generation, where its provider has another name.
fetch_inbox() {
  local answer id
  answer=$(ask GET "$URL/api/v1/v1/inbox")
  echo "inbox $(status_of "$answer") $(body_of "$answer" | jq -r '.messages | length')"
  for id in $(body_of "$answer" | jq -r '.messages[] | .id // .envelope.id'); do
    answer=$(ask POST "$URL/api/v1/v1/inbox/$id/ack")
    echo "acknowledged $(status_of "$answer")"
  done
}

# rotate: the second generation; the old key signs the new one's PEM as it is in its file.
rotate() {
  new_key next
  local proof answer
  proof=$(sign key.pem <"$HOME/next.pub")
  answer=$(ask POST "$URL/api/v1/auth/rotate-keys" "$(jq -n --arg key "$(cat "$HOME/next.pub")" --arg proof "$proof" '{new_public_key: $key, key_algorithm: "Ed25519", proof: $proof}')")
  echo "rotate $(status_of "$answer")"
  mv "$HOME/next.pem" "$HOME/key.pem"
}

# Identities (AID): AUTH is where tokens are given, with the tenant in it. GENERATION 1 signs the indented text, 2 the sorted one.
base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

# enlist NAME [ROLE]: asks to be registered; ADMIN is sent where it is set, as an operator's word. Sets IDENTITY.
enlist() {
  NAME=$1 ADDRESS="$1@default.local"
  new_key key
  PRINT="SHA256:$(openssl pkey -in "$HOME/key.pem" -pubout -outform DER | openssl dgst -sha256 -binary | base64 -w0)"
  local request answer
  request=$(jq -n --arg name "$NAME" --arg address "$ADDRESS" --arg print "$PRINT" --arg key "$(cat "$HOME/key.pub")" \
    --argjson role "${2:-null}" --arg generation "$GENERATION" \
    'if $generation == "1" then {name: $name, amp_address: $address, amp_fingerprint: $print, amp_public_key: $key}
     else {name: $name, address: $address, fingerprint: $print, public_key: $key} end
     | {agent_registration: (. + {key_algorithm: "Ed25519", role_id: $role, description: "", token_lifetime: 3600})}')
  answer=$(API_KEY="${ADMIN:-}" ask POST "$AUTH/agent_registrations" "$request")
  IDENTITY=$(body_of "$answer" | jq -r '.data.id')
  echo "enlist $(status_of "$answer") $(body_of "$answer" | jq -r '.data.attributes.status // .errors[0].detail')"
}

# poll: how far it is. The text of the signature stands in the proof, and base64 breaks its lines within the JSON string.
poll() {
  local now proof answer
  now=$(date +%s)
  proof=$(printf '%s%s' "$(printf 'aid-registration-status\n%s\n%s' "$now" "$AUTH" | sign key.pem)" "$now" | base64 | tr '+/' '-_' | tr -d '=')
  answer=$(ask POST "$AUTH/agent_registrations/$IDENTITY/status" "{\"fingerprint\":\"$PRINT\",\"proof\":\"$proof\"}")
  echo "poll $(status_of "$answer") $(body_of "$answer" | jq -r '.data.attributes.status // .error')"
}

# token [SCOPE]: sets TOKEN.
token() {
  local card signature identity now proof answer
  card=$(jq -n --arg address "$ADDRESS" --arg alias "$NAME" --arg key "$(cat "$HOME/key.pub")" --arg print "$PRINT" \
    --arg now "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg until "$(date -u -d '+6 months' +%Y-%m-%dT%H:%M:%SZ)" \
    '{aid_version: "1.0", address: $address, alias: $alias, public_key: $key, key_algorithm: "Ed25519", fingerprint: $print, issued_at: $now, expires_at: $until}')
  [ "$GENERATION" = 2 ] && card=$(jq -cS . <<<"$card")
  signature=$(printf '%s' "$card" | sign key.pem)
  identity=$(jq --arg signature "$signature" '. + {signature: $signature}' <<<"$card" | base64url)
  now=$(date +%s)
  proof=$({ printf 'aid-token-exchange\n%s\n%s' "$now" "$AUTH" | sign key.pem | base64 -d; printf '%s' "$now"; } | base64url)
  answer=$(curl -s -w '\n%{http_code}' -X POST "$AUTH/oauth/token" -H 'Content-Type: application/x-www-form-urlencoded' \
    -d "grant_type=urn%3Aaid%3Aagent-identity&agent_identity=$identity&proof=$proof${1:+&scope=$(jq -rn --arg scope "$1" '$scope | @uri')}")
  TOKEN=$(body_of "$answer" | jq -r '.access_token // empty')
  echo "token $(status_of "$answer") $(body_of "$answer" | jq -r '.scope // .error')"
}

# pending: what the token opens.
pending() { echo "pending $(status_of "$(API_KEY=$TOKEN ask GET "$URL/api/v1/messages/pending")")"; }
