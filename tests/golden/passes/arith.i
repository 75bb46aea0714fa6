program BEGIN
fn BEGIN, 0 args
slot 0: 8
b0: entry
	v1 = mov 0
	v8 = mov 0
	v9 = call 8()
	p10 = slot 0
	st4 [p10], v9
	p11 = mapfd 1
	p12 = slot 0
	p13 = call 1(p11, p12)
	br.eq p13, 0 ? b2 : b4
b1: finish
	jmp b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: area
	v14 = mov 17
	p15 = mapval 0+512
	st8 [p15], v14
	p16 = mapval 0+512
	v17 = ld4 [p16]
	v18 = sx4 v17
	v19 = ashr v18, 63
	v20 = xor v18, v19
	v21 = sub v20, v19
	v22 = udiv v21, 7
	v23 = xor v22, v19
	v24 = sub v23, v19
	p25 = mapval 0+512
	v26 = ld4 [p25]
	v27 = sx4 v26
	v28 = shl v27, 2
	v29 = add v24, v28
	v30 = sx4 v29
	v31 = mov v30
	v8 = mov v31
	v33 = mov v8
	br.sgt v33, 3 ? b8 : b9
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b8: true
	v32 = mov 1
	jmp b10
b9: false
	p34 = mapval 0+512
	v35 = ld4 [p34]
	v36 = sx4 v35
	v37 = sub 0, v36
	v32 = mov v37
	jmp b10
b10: joined
	v38 = sx4 v32
	v39 = mov v38
	p40 = mapval 0+520
	st8 [p40], v39
	jmp b5
