package envelope

import "crypto/cipher"

// A room is what opening and sealing one envelope needs for a moment. It is used
// again: at many callbacks a second, making it new costs more than the ciphers.
type room struct {
	body     []byte // of the request, or of the reply before it is sealed
	plain    []byte // before it is sealed, or after it is opened
	out      []byte // the reply
	enc, dec mode
}

// mode is a CBC mode of the standard library's, which can begin anew.
type mode interface {
	cipher.BlockMode
	SetIV([]byte)
}

// newRoom returns a desk with room for what most callbacks are.
func (e *Envelope) newRoom() *room {
	d := &room{body: make([]byte, 0, 1<<10), plain: make([]byte, 0, 1<<10), out: make([]byte, 0, 1<<10)}
	d.enc, _ = cipher.NewCBCEncrypter(e.block, e.iv).(mode)
	d.dec, _ = cipher.NewCBCDecrypter(e.block, e.iv).(mode)
	return d
}

func (d *room) encrypter(e *Envelope) cipher.BlockMode {
	if d.enc == nil {
		return cipher.NewCBCEncrypter(e.block, e.iv)
	}
	d.enc.SetIV(e.iv)
	return d.enc
}

func (d *room) decrypter(e *Envelope) cipher.BlockMode {
	if d.dec == nil {
		return cipher.NewCBCDecrypter(e.block, e.iv)
	}
	d.dec.SetIV(e.iv)
	return d.dec
}
