program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 8
b0: entry
	v1 = mov 0
	p8 = mapval 0+128
	v9 = ld8 [p8]
	br.eq v9, 0 ? b3 : b1
b1: finish
	p41 = mapval 0
	v42 = ld8 [p41]
	br.ne v42, 0 ? b18 : b20
b2: fault (cold)
	jmp b1
b3: not stopped
	v10 = call 8()
	p11 = slot 0
	st4 [p11], v10
	p12 = mapfd 1
	p13 = slot 0
	p14 = call 1(p12, p13)
	br.eq p14, 0 ? b1 : b4
b4: area
	p15 = mapval 0+512
	v16 = ld4 [p15]
	v17 = sx4 v16
	br.sgt v17, 3 ? b8 : b5
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b2
b8: predicate holds
	v18 = mov 0
	jmp b9
b9: reserve
	v20 = ld8 [p14+64]
	v21 = ld8 [p14]
	v19 = mov v21
	v22 = add v19, 56
	v23 = mov v22
	v24 = sub v23, v20
	br.ugt v24, 1048576 ? b12 : b13
b10: reserve again (cold)
	v26 = add v18, 1
	v18 = mov v26
	br.ult v18, 4 ? b9 : b12
b11: record
	v28 = and v19, 1048575
	p29 = add p14, v28
	p30 = add p29, 4096
	v31 = mov 8589934648
	st8 [p30+8], v31
	br.eq v1, 0 ? b15 : b16
b12: ring full (cold)
	v27 = mov 1
	aadd8 [p14+128], v27
	jmp b5
b13: room
	v25 = cmpxchg8 [p14], v19, v23
	br.eq v25, v19 ? b11 : b10
b14: discard record (cold)
	st4 [p30+12], 0
	v38 = mov 6000276099170587461
	v39 = xor v19, v38
	st8 [p30], v39
	jmp b7
b15: read clock
	v32 = call 5()
	v1 = mov v32
	jmp b16
b16: have time
	st8 [p30+16], v1
	st8 [p30+24], 1
	p33 = mapval 0+512
	v34 = ld4 [p33]
	v35 = sx4 v34
	st4 [p30+32], v35
	st8 [p30+40], 1954047348
	st4 [p30+48], 2
	v36 = mov 6000276099170587461
	v37 = xor v19, v36
	st8 [p30], v37
	jmp b17
b17: committed
	p40 = mapval 0+128
	st8 [p40], 1
	jmp b5
b18: asleep (cold)
	p43 = mapval 0
	v44 = mov 0
	v45 = xchg8 [p43], v44
	br.ne v45, 0 ? b19 : b20
b19: ring (cold)
	p46 = slot 1
	st8 [p46], 1
	p47 = mapfd 2
	p48 = slot 1
	v49 = call 130(p47, p48, 8, 2)
	br.eq v49, 0 ? b22 : b21
b20: out
	ret
b21: bell failed (cold)
	p52 = mapval 0
	st8 [p52], 1
	v53 = mov 1
	p54 = mapval 0+72
	aadd8 [p54], v53
	ret
b22: rung (cold)
	v50 = mov 1
	p51 = mapval 0+64
	aadd8 [p51], v50
	ret
