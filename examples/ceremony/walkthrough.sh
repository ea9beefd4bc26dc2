#!/usr/bin/env bash
# A genesis with 3-of-5 owner and 2-of-3 active, approved by ssh-keygen, an EOS key and key files.
# Runs `ceremony` and `host` from PATH in an empty directory; prints every command and its answer.
set -euo pipefail

run() { # prints a command, runs it, prints what it says; a refusal is a part of the story
  echo "\$ $*"
  "$@" 2>&1 || echo "(exit $?)"
  echo
}
quiet() { "$@" >/dev/null 2>&1; }

# Five owners and three actives. Alice has an SSH key, Bob an EOS key, the others a key file.
for name in one two three four five carol; do
  host --json approver new --out "$name.key" >"$name.json"
done
quiet ssh-keygen -q -t ed25519 -N '' -C alice -f alice
echo 5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3 >bob.wif # known to everybody: for tests only
key_of() { jq -r .public_key "$1.json"; }
alice=$(ceremony key "$(cat alice.pub)")
bob=$(ceremony key EOS6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV)
carol=$(key_of carol)

# A host holds the identity; its card and the identity's new public key come from there.
quiet host --dir ams create --name ams
quiet host --dir fra create --name fra
host --json --dir ams card >ams.json
host --json --dir fra card >fra.json
weigh() { printf '%s\n' "$@" | sort | jq -R '{key: ., weight: 1}' | jq -s .; }
permission() { # name parent threshold keys
  jq -n --arg n "$1" --arg p "$2" --argjson t "$3" --argjson k "$4" \
    '{name: $n, parent: $p, authority: {threshold: $t, keys: $k, accounts: [], waits: []}}'
}
owners=$(weigh "$(key_of one)" "$(key_of two)" "$(key_of three)" "$(key_of four)" "$(key_of five)")
actives=$(weigh "$alice" "$bob" "$carol")
jq -n --argjson a "$(permission active owner 2 "$actives")" --argjson o "$(permission owner '' 3 "$owners")" \
  '{permissions: [$a, $o], links: []}' >permissions.json
quiet host --dir ams genesis --network clique:1337 --from 1 --new-key secp256k1 \
  --roster fra.json --permissions permissions.json --out genesis.json

echo "# The genesis: 3 of 5 owners, 2 of 3 actives"
echo
run ceremony show genesis.json
for name in one two; do quiet ceremony approve genesis.json --key "$name.key" --yes; done
run ceremony status genesis.json
quiet ceremony approve genesis.json --key three.key --yes
run ceremony keep genesis.json --charter charter
quiet host --dir ams adopt --genesis genesis.json

echo "# A plan: host fra is removed. Alice approves with ssh-keygen, Bob with an EOS key"
echo
jq '{"remove-host": {"host": .host}}' fra.json >decision.json
run ceremony plan amend --charter charter --decision decision.json --note "fra is sold" --out plan.json
quiet ceremony record --dir alice.record --key "$alice"
quiet ceremony record --dir bob.record --key "$bob"
run ceremony approve plan.json --public-key "$alice" --record alice.record --payload payload --yes
run ssh-keygen -Y sign -n brainswap -f alice payload
run ceremony add plan.json --ssh-signature payload.sig
run ceremony status plan.json --charter charter
run ceremony approve plan.json --eos-key-file bob.wif --record bob.record --yes
run ceremony status plan.json --charter charter

echo "# The plan is changed after two approvals: they are void"
echo
jq -c '.payload |= (@base64d | sub("fra is sold"; "fra is lost") | @base64)' plan.json >changed.json
run ceremony status changed.json --charter charter
run ceremony keep changed.json --charter charter

echo "# What was approved becomes the charter's next head"
echo
run ceremony keep plan.json --charter charter
run ceremony charter charter

echo "# The host takes it up, and its charter is the same"
echo
run host --dir ams decide plan.json
identity=$(head -n 1 charter | ceremony --json charter /dev/stdin | jq -r .identity)
run host --dir ams charter --identity "$identity" --out from-host
run cmp charter from-host

echo "# Nobody approves two amendments of one head"
echo
jq '{"remove-host": {"host": .host}}' ams.json >decision.json
head -n 1 charter >old
run ceremony plan amend --charter old --decision decision.json --out other.json
run ceremony approve other.json --eos-key-file bob.wif --record bob.record --yes
