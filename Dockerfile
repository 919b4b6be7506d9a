# One static binary on nothing else: no shell, no package manager, no root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/fanzha ./cmd/fanzha && mkdir /out/data

FROM scratch
# The long connection to WeCom checks the platform's certificate.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/fanzha /usr/local/bin/fanzha
# config.yaml is mounted here; data, beside it, is what must not be lost.
WORKDIR /srv/fanzha
COPY --from=build --chown=65532:65532 /out/data ./data
USER 65532:65532
VOLUME /srv/fanzha/data
ENTRYPOINT ["fanzha"]
CMD ["serve"]
