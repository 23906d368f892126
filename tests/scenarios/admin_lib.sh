# What the administrators' scenarios share; source it after signer_lib.sh.

ann() { local code=$1; shift; to_main admin; expect "$code" as admin pgsign -C "$T/admin" admin "$@" --yes; }  # CODE ARGUMENTS...
push() { expect 0 by "$1" push; says "to branch main of origin"; }
release() {  # VERSION [WHO]
  echo "abc $1" >"$T/abc-$1.txt"
  to_main "${2:-alice}"
  expect 0 by "${2:-alice}" release add abc "$1" "$T/abc-$1.txt" --yes
  push "${2:-alice}"
}

# A project with two releases, published, that everybody can fetch.
project_promoted() {
  step "a project that the administrator promoted"
  expect 0 by alice project create abc --yes
  push alice
  release 1.0.0; release 1.1.0
  ann 0 promote abc
  push admin
  expect 0 publish
  start_nginx "$T/site"
  everybody 0 1.1.0
}
