program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 8
b0: entry
	v1 = mov 0
	p8 = mapval 0+128
	v9 = ld8 [p8]
	br.eq v9, 0 ? b4 : b2
b1: finish
	p41 = mapval 0
	v42 = ld8 [p41]
	br.ne v42, 0 ? b19 : b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: not stopped
	v10 = call 8()
	p11 = slot 0
	st4 [p11], v10
	p12 = mapfd 1
	p13 = slot 0
	p14 = call 1(p12, p13)
	br.eq p14, 0 ? b2 : b5
b5: area
	p15 = mapval 0+512
	v16 = ld4 [p15]
	v17 = sx4 v16
	br.sgt v17, 3 ? b9 : b6
b6: next clause
	jmp b1
b7: clause done
	jmp b6
b8: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b9: predicate holds
	v18 = mov 0
	jmp b10
b10: reserve
	v20 = ld8 [p14+64]
	v21 = ld8 [p14]
	v19 = mov v21
	v22 = add v19, 56
	v23 = mov v22
	v24 = sub v23, v20
	br.ugt v24, 1048576 ? b13 : b14
b11: reserve again (cold)
	v26 = add v18, 1
	v18 = mov v26
	br.ult v18, 4 ? b10 : b13
b12: record
	v28 = and v19, 1048575
	p29 = add p14, v28
	p30 = add p29, 4096
	v31 = mov 8589934648
	st8 [p30+8], v31
	br.eq v1, 0 ? b16 : b17
b13: ring full (cold)
	v27 = mov 1
	aadd8 [p14+128], v27
	jmp b6
b14: room
	v25 = cmpxchg8 [p14], v19, v23
	br.eq v25, v19 ? b12 : b11
b15: discard record (cold)
	st4 [p30+12], 0
	v38 = mov 6000276099170587461
	v39 = xor v19, v38
	st8 [p30], v39
	jmp b8
b16: read clock
	v32 = call 5()
	v1 = mov v32
	jmp b17
b17: have time
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
	jmp b18
b18: committed
	p40 = mapval 0+128
	st8 [p40], 1
	jmp b6
b19: asleep (cold)
	v43 = ld8 [p14]
	v44 = ld8 [p14+64]
	br.eq v43, v44 ? b2 : b21
b20: ring (cold)
	p48 = slot 1
	st8 [p48], 1
	p49 = mapfd 2
	p50 = slot 1
	v51 = call 130(p49, p50, 8, 2)
	br.eq v51, 0 ? b23 : b22
b21: unread (cold)
	p45 = mapval 0
	v46 = mov 0
	v47 = xchg8 [p45], v46
	br.ne v47, 0 ? b20 : b2
b22: bell failed (cold)
	p54 = mapval 0
	st8 [p54], 1
	v55 = mov 1
	p56 = mapval 0+72
	aadd8 [p56], v55
	ret
b23: rung (cold)
	v52 = mov 1
	p53 = mapval 0+64
	aadd8 [p53], v52
	ret
