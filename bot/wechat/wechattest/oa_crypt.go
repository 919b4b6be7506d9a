package wechattest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// This file is the callback envelope as the platform makes and reads it. It
// shares no code with the bot, whose mistakes it is to find.

// callbackSign is the signature over token and parts.
func callbackSign(token string, parts ...string) string {
	all := append([]string{token}, parts...)
	slices.Sort(all)
	sum := sha1.Sum([]byte(strings.Join(all, "")))
	return hex.EncodeToString(sum[:])
}

// callbackKey decodes an EncodingAESKey.
func callbackKey(encoded string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("EncodingAESKey does not hold 32 bytes")
	}
	return key, nil
}

// callbackSeal encrypts msg for receiveID. random has 16 bytes.
func callbackSeal(key []byte, random, msg, receiveID string) (string, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	plain := []byte(random)
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(msg)))
	plain = append(append(plain, msg...), receiveID...)
	pad := 32 - len(plain)%32
	plain = append(plain, strings.Repeat(string(rune(pad)), pad)...)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain), nil
}

// callbackOpen decrypts what a server sealed for receiveID.
func callbackOpen(key []byte, sealed, receiveID string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) == 0 || len(raw)%32 != 0 {
		return "", errors.New("sealed reply is not whole blocks of 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("opening: %w", err)
	}
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(raw, raw)
	pad := int(raw[len(raw)-1])
	if pad < 1 || pad > 32 || pad > len(raw)-20 {
		return "", errors.New("sealed reply has a wrong padding")
	}
	raw = raw[:len(raw)-pad]
	n := int(binary.BigEndian.Uint32(raw[16:20]))
	if n > len(raw)-20 || string(raw[20+n:]) != receiveID {
		return "", errors.New("sealed reply is for another account")
	}
	return string(raw[20 : 20+n]), nil
}

// sealedReply is the envelope of a reply.
type sealedReply struct {
	XMLName   xml.Name `xml:"xml"`
	Encrypt   string   `xml:"Encrypt"`
	Signature string   `xml:"MsgSignature"`
	Timestamp string   `xml:"TimeStamp"`
	Nonce     string   `xml:"Nonce"`
}
