program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 64
slot 2: 8
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b2 : b4
b1: finish
	p126 = mapval 0
	v127 = ld8 [p126]
	br.ne v127, 0 ? b57 : b2
b2: leave
	ret
b3: fault (cold)
	v90 = mov 0
	jmp b38
b4: area
	v13 = mov 7
	br.eq v13, 0 ? b10 : b9
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b8: stored
	p29 = slot 1
	st8 [p29], 3
	p30 = slot 1
	p31 = mapfd 3
	p32 = call 1(p31, p30)
	v33 = mov 0
	br.eq p32, 0 ? b16 : b15
b9: set element
	p19 = slot 1
	st8 [p19], 3
	p20 = slot 1
	p21 = mapfd 3
	p22 = call 1(p21, p20)
	p18 = mov p22
	br.eq p18, 0 ? b12 : b13
b10: delete element
	p14 = slot 1
	st8 [p14], 3
	p15 = slot 1
	p16 = mapfd 3
	v17 = call 3(p16, p15)
	jmp b8
b11: element
	st8 [p18], v13
	jmp b8
b12: new element
	p23 = mapval 0+512
	p24 = mapfd 3
	v25 = call 2(p24, p20, p23, 1)
	p26 = mapfd 3
	p27 = call 1(p26, p20)
	p18 = mov p27
	br.eq p18, 0 ? b14 : b13
b13: have element
	br.eq p18, 0 ? b8 : b11
b14: no element (cold)
	v28 = mov 1
	aadd8 [p12+144], v28
	jmp b13
b15: exists
	v34 = ld4 [p32]
	v35 = sx4 v34
	v33 = mov v35
	jmp b16
b16: loaded
	v36 = mov 0
	p38 = slot 1
	st8 [p38], 4
	p39 = slot 1
	p40 = mapfd 3
	p41 = call 1(p40, p39)
	p37 = mov p41
	br.eq p37, 0 ? b19 : b20
b17: element
	aadd4 [p37], v33
	jmp b18
b18: added
	v48 = mov 0
	jmp b22
b19: new element
	p42 = mapval 0+512
	p43 = mapfd 3
	v44 = call 2(p43, p39, p42, 1)
	p45 = mapfd 3
	p46 = call 1(p45, p39)
	p37 = mov p46
	br.eq p37, 0 ? b21 : b20
b20: have element
	br.eq p37, 0 ? b18 : b17
b21: no element (cold)
	v47 = mov 1
	aadd8 [p12+144], v47
	jmp b20
b22: reserve
	v50 = ld8 [p12+64]
	v51 = ld8 [p12]
	v49 = mov v51
	v52 = add v49, 40
	v53 = mov v52
	v54 = sub v53, v50
	br.ugt v54, 1048576 ? b25 : b26
b23: reserve again (cold)
	v56 = add v48, 1
	v48 = mov v56
	br.ult v48, 4 ? b22 : b25
b24: record
	v58 = and v49, 1048575
	p59 = add p12, v58
	p60 = add p59, 4096
	v61 = mov 8589934632
	st8 [p60+8], v61
	br.eq v1, 0 ? b28 : b29
b25: ring full (cold)
	v57 = mov 1
	aadd8 [p12+128], v57
	jmp b5
b26: room
	v55 = cmpxchg8 [p12], v49, v53
	br.eq v55, v49 ? b24 : b23
b27: discard record (cold)
	st4 [p60+12], 0
	v88 = mov 6000276099170587461
	v89 = xor v49, v88
	st8 [p60], v89
	jmp b7
b28: read clock
	v62 = call 5()
	v1 = mov v62
	jmp b29
b29: have time
	st8 [p60+16], v1
	st8 [p60+24], 1
	p63 = slot 1
	st8 [p63], 5
	p64 = slot 1
	p65 = mapfd 3
	p66 = call 1(p65, p64)
	v67 = mov 0
	br.eq p66, 0 ? b31 : b30
b30: exists
	v68 = ld4 [p66]
	v69 = sx4 v68
	v67 = mov v69
	jmp b31
b31: loaded
	p70 = slot 1
	st8 [p70], 3
	p71 = slot 1
	p72 = mapfd 3
	p73 = call 1(p72, p71)
	v74 = mov 0
	br.eq p73, 0 ? b33 : b32
b32: exists
	v75 = ld4 [p73]
	v76 = sx4 v75
	v74 = mov v76
	jmp b33
b33: loaded
	br.eq v74, 0 ? b34 : b35
b34: fault here (cold)
	v2 = mov 0
	v7 = mov 3
	v3 = mov 4
	v4 = mov 0
	jmp b27
b35: no fault
	v77 = ashr v67, 63
	v78 = xor v67, v77
	v79 = sub v78, v77
	v80 = ashr v74, 63
	v81 = xor v74, v80
	v82 = sub v81, v80
	v83 = umod v79, v82
	v84 = xor v83, v77
	v85 = sub v84, v77
	st4 [p60+32], v85
	v86 = mov 6000276099170587461
	v87 = xor v49, v86
	st8 [p60], v87
	jmp b36
b36: committed
	jmp b5
b37: error told (cold)
	v107 = mov 0
	jmp b48
b38: reserve
	v92 = ld8 [p12+64]
	v93 = ld8 [p12]
	v91 = mov v93
	v94 = add v91, 48
	v95 = mov v94
	v96 = sub v95, v92
	br.ugt v96, 1048576 ? b41 : b42
b39: reserve again (cold)
	v98 = add v90, 1
	v90 = mov v98
	br.ult v90, 4 ? b38 : b41
b40: record
	v100 = and v91, 1048575
	p101 = add p12, v100
	p102 = add p101, 4096
	v103 = mov 4294967344
	st8 [p102+8], v103
	br.eq v1, 0 ? b43 : b44
b41: ring full (cold)
	v99 = mov 1
	aadd8 [p12+128], v99
	jmp b37
b42: room
	v97 = cmpxchg8 [p12], v91, v95
	br.eq v97, v91 ? b40 : b39
b43: read clock
	v104 = call 5()
	v1 = mov v104
	jmp b44
b44: have time
	st8 [p102+16], v1
	st8 [p102+24], 1
	st4 [p102+32], v2
	st4 [p102+36], v3
	st8 [p102+40], v4
	v105 = mov 6000276099170587461
	v106 = xor v91, v105
	st8 [p102], v106
	jmp b37
b45: next error clause (cold)
	jmp b5
b46: clause done
	jmp b45
b47: clause fault (cold)
	jmp b45
b48: reserve
	v109 = ld8 [p12+64]
	v110 = ld8 [p12]
	v108 = mov v110
	v111 = add v108, 40
	v112 = mov v111
	v113 = sub v112, v109
	br.ugt v113, 1048576 ? b51 : b52
b49: reserve again (cold)
	v115 = add v107, 1
	v107 = mov v115
	br.ult v107, 4 ? b48 : b51
b50: record
	v117 = and v108, 1048575
	p118 = add p12, v117
	p119 = add p118, 4096
	v120 = mov 12884901928
	st8 [p119+8], v120
	br.eq v1, 0 ? b54 : b55
b51: ring full (cold)
	v116 = mov 1
	aadd8 [p12+128], v116
	jmp b45
b52: room
	v114 = cmpxchg8 [p12], v108, v112
	br.eq v114, v108 ? b50 : b49
b53: discard record (cold)
	st4 [p119+12], 0
	v124 = mov 6000276099170587461
	v125 = xor v108, v124
	st8 [p119], v125
	jmp b47
b54: read clock
	v121 = call 5()
	v1 = mov v121
	jmp b55
b55: have time
	st8 [p119+16], v1
	st8 [p119+24], 3
	st8 [p119+32], v3
	v122 = mov 6000276099170587461
	v123 = xor v108, v122
	st8 [p119], v123
	jmp b56
b56: committed
	jmp b45
b57: asleep (cold)
	v128 = ld8 [p12]
	v129 = ld8 [p12+64]
	br.eq v128, v129 ? b2 : b59
b58: ring (cold)
	p133 = slot 2
	st8 [p133], 1
	p134 = mapfd 2
	p135 = slot 2
	v136 = call 130(p134, p135, 8, 2)
	br.eq v136, 0 ? b61 : b60
b59: unread (cold)
	p130 = mapval 0
	v131 = mov 0
	v132 = xchg8 [p130], v131
	br.ne v132, 0 ? b58 : b2
b60: bell failed (cold)
	p139 = mapval 0
	st8 [p139], 1
	v140 = mov 1
	p141 = mapval 0+72
	aadd8 [p141], v140
	ret
b61: rung (cold)
	v137 = mov 1
	p138 = mapval 0+64
	aadd8 [p138], v137
	ret
