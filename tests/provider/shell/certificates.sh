# A throwaway certificate authority and one server certificate, both with EC keys: sourced.

# certificates FOLDER KIND: writes ca.pem, server.pem and server.key into FOLDER.
# KIND: good | expired | wrong-host | self-signed.
certificates() {
    local folder=$1 kind=$2 subject=localhost
    local names=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2
    local issuer=(-CA "$folder/ca.pem" -CAkey "$folder/ca.key")
    local signer=("${issuer[@]}")
    case $kind in
    good) ;;
    # Signed by the authority only once it is too late, below.
    expired) signer=() ;;
    wrong-host) subject=elsewhere.example.test names=DNS:elsewhere.example.test ;;
    self-signed) signer=() ;;
    *) die "--cert $kind: not one of good, expired, wrong-host, self-signed" ;;
    esac
    certificate "$folder/ca" "/CN=throwaway test CA" -addext keyUsage=critical,keyCertSign
    certificate "$folder/server" "/CN=$subject" "${signer[@]}" \
        -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
        -addext "subjectAltName=$names"
    if [[ $kind == expired ]]; then
        local past=(-days -1)
        # Newer ones refuse an end before the beginning.
        [[ $(openssl x509 -help 2>&1) != *-not_after* ]] ||
            past=(-not_before 20200101000000Z -not_after 20200102000000Z)
        quietly openssl x509 -in "$folder/server.pem" "${past[@]}" "${issuer[@]}" -clrext \
            -extfile <(echo "subjectAltName=$names") -out "$folder/late.pem"
        mv "$folder/late.pem" "$folder/server.pem"
    fi
}

# certificate NAME SUBJECT OPTION…: NAME.pem and NAME.key, in one call of OpenSSL 3.
certificate() {
    local name=$1 subject=$2
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj "$subject" "${@:3}" -keyout "$name.key" -out "$name.pem"
}

# Runs a command and shows what it said only when it failed.
quietly() {
    local said
    said=$("$@" 2>&1) || die "$1 failed: $said"
}
